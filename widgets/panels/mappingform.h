#pragma once
// Which column plays which part: what was recognised, shown and editable.

#include "core/data/mapping.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;

namespace aha {

class MappingForm : public QWidget {
    Q_OBJECT
public:
    explicit MappingForm(QWidget* parent = nullptr);

    void setChoices(const std::vector<data::Mapping>& mappings, const std::vector<data::Column>& columns);
    const data::Mapping& mapping() const { return m_mapping; }

Q_SIGNALS:
    void changed();

private:
    void present();
    void edited();

    struct PartRow {
        data::Part part;
        QComboBox *columns, *reading;
    };
    std::vector<data::Mapping> m_choices;
    std::vector<data::Column> m_columns;
    data::Mapping m_mapping;
    QComboBox *m_layout, *m_kind;
    QLabel *m_reasons, *m_problem;
    std::vector<PartRow> m_rows;
    bool m_filling = false;
};

} // namespace aha
